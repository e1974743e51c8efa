	.section	.text,"ax",@progbits
	.p2align	4, 0x90
index_insert:
	.cfi_startproc
	pushq	%r15
	.cfi_def_cfa_offset 16
	pushq	%r14
	.cfi_def_cfa_offset 24
	pushq	%r13
	.cfi_def_cfa_offset 32
	pushq	%r12
	.cfi_def_cfa_offset 40
	pushq	%rbx
	.cfi_def_cfa_offset 48
	.cfi_offset %rbx, -48
	.cfi_offset %r12, -40
	.cfi_offset %r13, -32
	.cfi_offset %r14, -24
	.cfi_offset %r15, -16
	movq	%rdx, %r15
	movq	%rsi, %r12
	movq	%rdi, %rbx
	movq	8(%rdi), %r14
	testq	%r14, %r14
	je	.LBB0_2
	leaq	32(%r14), %rsi
	movq	24(%r14), %r13
	cmpq	%r13, %r15
	movq	%r13, %rdx
	cmovbq	%r15, %rdx
	movq	%r12, %rdi
	callq	bcmp@PLT
	testl	%eax, %eax
	sete	%al
	cmpq	%r15, %r13
	sete	%cl
	testb	%cl, %al
	jne	.LBB0_10
.LBB0_2:
	movq	(%rbx), %rcx
	movq	%rbx, %r14
	testq	%rcx, %rcx
	jne	.LBB0_3
	jmp	.LBB0_7
	.p2align	4, 0x90
.LBB0_5:
	notl	%eax
	shrl	$31, %eax
	movq	(%r14,%rax,8), %rcx
	testq	%rcx, %rcx
	je	.LBB0_6
.LBB0_3:
	movq	%rcx, %r14
	leaq	32(%rcx), %rsi
	movq	24(%rcx), %r13
	cmpq	%r13, %r15
	movq	%r13, %rdx
	cmovbq	%r15, %rdx
	movq	%r12, %rdi
	callq	memcmp@PLT
	testl	%eax, %eax
	jne	.LBB0_5
	xorl	%ecx, %ecx
	xorl	%eax, %eax
	cmpq	%r15, %r13
	setb	%cl
	seta	%al
	subl	%ecx, %eax
	jne	.LBB0_5
	jmp	.LBB0_10
.LBB0_6:
	shlq	$3, %rax
	addq	%rax, %r14
.LBB0_7:
	leaq	33(%r15), %rdi
	callq	malloc@PLT
	testq	%rax, %rax
	je	.LBB0_8
	xorps	%xmm0, %xmm0
	movups	%xmm0, (%rax)
	movq	$0, 16(%rax)
	movq	%r15, 24(%rax)
	movq	%rax, %rdi
	addq	$32, %rdi
	movq	%r12, %rsi
	movq	%r15, %rdx
	movq	%rax, %r12
	callq	memcpy@PLT
	movb	$0, 32(%r12,%r15)
	movq	%r12, (%r14)
	movdqu	16(%rbx), %xmm0
	movq	%r15, %xmm1
	movdqa	.LCPI0_0(%rip), %xmm2
	punpcklqdq	%xmm1, %xmm2
	paddq	%xmm0, %xmm2
	movdqu	%xmm2, 16(%rbx)
	movq	%r12, %r14
.LBB0_10:
	incq	16(%r14)
	movq	%r14, 8(%rbx)
	jmp	.LBB0_11
.LBB0_8:
	xorl	%r14d, %r14d
.LBB0_11:
	movq	%r14, %rax
	popq	%rbx
	.cfi_def_cfa_offset 40
	popq	%r12
	.cfi_def_cfa_offset 32
	popq	%r13
	.cfi_def_cfa_offset 24
	popq	%r14
	.cfi_def_cfa_offset 16
	popq	%r15
	.cfi_def_cfa_offset 8
	retq
.Lfunc_end0:
	.cfi_endproc
	.section	.rodata.cst16,"Ma",@progbits,16
	.p2align	4, 0x0
.LCPI0_0:
	.quad	1
	.zero	8
# verdict: refuted: of two words of which one begins with the other the shorter one goes to the right
