	.section	.text,"ax",@progbits
	.p2align	4, 0x90
signal_energy:
	.cfi_startproc
	testq	%rsi, %rsi
	je	.LBB0_1
	cmpq	$1, %rsi
	jne	.LBB0_9
	xorps	%xmm1, %xmm1
	xorpd	%xmm0, %xmm0
	xorl	%eax, %eax
	jmp	.LBB0_4
.LBB0_1:
	xorpd	%xmm0, %xmm0
	xorps	%xmm1, %xmm1
	jmp	.LBB0_6
.LBB0_9:
	movq	%rsi, %rcx
	andq	$-2, %rcx
	xorps	%xmm3, %xmm3
	xorpd	%xmm0, %xmm0
	xorl	%eax, %eax
	movaps	.LCPI0_0(%rip), %xmm2
	.p2align	4, 0x90
.LBB0_10:
	movups	(%rdi,%rax,4), %xmm4
	movaps	%xmm4, %xmm1
	shufps	$85, %xmm1, %xmm1
	xorps	%xmm5, %xmm5
	cvtss2sd	%xmm4, %xmm5
	mulsd	%xmm5, %xmm5
	addsd	%xmm0, %xmm5
	andps	%xmm2, %xmm4
	maxss	%xmm3, %xmm4
	xorps	%xmm0, %xmm0
	cvtss2sd	%xmm1, %xmm0
	mulsd	%xmm0, %xmm0
	addsd	%xmm5, %xmm0
	andps	%xmm2, %xmm1
	maxss	%xmm4, %xmm1
	addq	$2, %rax
	movaps	%xmm1, %xmm3
	cmpq	%rax, %rcx
	jne	.LBB0_10
.LBB0_4:
	testb	$1, %sil
	je	.LBB0_6
	movss	(%rdi,%rax,4), %xmm2
	xorps	%xmm3, %xmm3
	cvtss2sd	%xmm2, %xmm3
	mulsd	%xmm3, %xmm3
	addsd	%xmm3, %xmm0
	andps	.LCPI0_0(%rip), %xmm2
	maxss	%xmm1, %xmm2
	movaps	%xmm2, %xmm1
.LBB0_6:
	testq	%rdx, %rdx
	je	.LBB0_8
	movss	%xmm1, (%rdx)
.LBB0_8:
	retq
.Lfunc_end0:
	.cfi_endproc
	.section	.rodata.cst16,"Ma",@progbits,16
	.p2align	4, 0x0
.LCPI0_0:
	.long	0x7fffffff
	.long	0x7fffffff
	.long	0x7fffffff
	.long	0x7fffffff
# verdict: refuted: loads 16 bytes for two samples: reads up to 8 bytes behind the last
