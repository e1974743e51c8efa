define dso_local void @matvec_s16(ptr nocapture noundef %0, ptr nocapture noundef readonly %1, i64 noundef %2, i64 noundef %3, i64 noundef %4, ptr nocapture noundef readonly %5, i64 noundef %6) local_unnamed_addr nofree norecurse nosync nounwind memory(argmem: readwrite) uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
  %8 = icmp eq i64 %2, 0
  br i1 %8, label %20, label %9

9:                                                ; preds = %7
  %10 = icmp eq i64 %3, 0
  %11 = and i64 %3, 3
  %12 = icmp ult i64 %3, 4
  %13 = and i64 %3, -4
  %14 = icmp eq i64 %11, 0
  br label %15

15:                                               ; preds = %9, %41
  %16 = phi i64 [ 0, %9 ], [ %46, %41 ]
  br i1 %10, label %41, label %17

17:                                               ; preds = %15
  %18 = mul i64 %16, %3
  %19 = getelementptr i16, ptr %1, i64 %18
  br i1 %12, label %21, label %48

20:                                               ; preds = %41, %7
  ret void

21:                                               ; preds = %48, %17
  %22 = phi i64 [ poison, %17 ], [ %90, %48 ]
  %23 = phi i64 [ 0, %17 ], [ %91, %48 ]
  %24 = phi i64 [ 0, %17 ], [ %90, %48 ]
  br i1 %14, label %41, label %25

25:                                               ; preds = %21, %25
  %26 = phi i64 [ %38, %25 ], [ %23, %21 ]
  %27 = phi i64 [ %37, %25 ], [ %24, %21 ]
  %28 = phi i64 [ %39, %25 ], [ 0, %21 ]
  %29 = getelementptr i16, ptr %19, i64 %26
  %30 = load i16, ptr %29, align 2
  %31 = sext i16 %30 to i64
  %32 = mul i64 %26, %6
  %33 = getelementptr inbounds i16, ptr %5, i64 %32
  %34 = load i16, ptr %33, align 2
  %35 = sext i16 %34 to i64
  %36 = mul nsw i64 %35, %31
  %37 = add nsw i64 %36, %27
  %38 = add nuw i64 %26, 1
  %39 = add i64 %28, 1
  %40 = icmp eq i64 %39, %11
  br i1 %40, label %41, label %25

41:                                               ; preds = %21, %25, %15
  %42 = phi i64 [ 0, %15 ], [ %22, %21 ], [ %37, %25 ]
  %43 = getelementptr inbounds i64, ptr %0, i64 %16
  %44 = load i64, ptr %43, align 8
  %45 = add nsw i64 %44, %42
  store i64 %45, ptr %43, align 8
  %46 = add nuw i64 %16, 1
  %47 = icmp eq i64 %46, %2
  br i1 %47, label %20, label %15

48:                                               ; preds = %17, %48
  %49 = phi i64 [ %91, %48 ], [ 0, %17 ]
  %50 = phi i64 [ %90, %48 ], [ 0, %17 ]
  %51 = phi i64 [ %92, %48 ], [ 0, %17 ]
  %52 = getelementptr i16, ptr %19, i64 %49
  %53 = load i16, ptr %52, align 2
  %54 = sext i16 %53 to i64
  %55 = mul i64 %49, %6
  %56 = getelementptr inbounds i16, ptr %5, i64 %55
  %57 = load i16, ptr %56, align 2
  %58 = sext i16 %57 to i64
  %59 = mul nsw i64 %58, %54
  %60 = add nsw i64 %59, %50
  %61 = or disjoint i64 %49, 1
  %62 = getelementptr i16, ptr %19, i64 %61
  %63 = load i16, ptr %62, align 2
  %64 = sext i16 %63 to i64
  %65 = mul i64 %61, %6
  %66 = getelementptr inbounds i16, ptr %5, i64 %65
  %67 = load i16, ptr %66, align 2
  %68 = sext i16 %67 to i64
  %69 = mul nsw i64 %68, %64
  %70 = add nsw i64 %69, %60
  %71 = or disjoint i64 %49, 2
  %72 = getelementptr i16, ptr %19, i64 %71
  %73 = load i16, ptr %72, align 2
  %74 = sext i16 %73 to i64
  %75 = mul i64 %71, %6
  %76 = getelementptr inbounds i16, ptr %5, i64 %75
  %77 = load i16, ptr %76, align 2
  %78 = sext i16 %77 to i64
  %79 = mul nsw i64 %78, %74
  %80 = add nsw i64 %79, %70
  %81 = or disjoint i64 %49, 3
  %82 = getelementptr i16, ptr %19, i64 %81
  %83 = load i16, ptr %82, align 2
  %84 = sext i16 %83 to i64
  %85 = mul i64 %81, %6
  %86 = getelementptr inbounds i16, ptr %5, i64 %85
  %87 = load i16, ptr %86, align 2
  %88 = sext i16 %87 to i64
  %89 = mul nsw i64 %88, %84
  %90 = add nsw i64 %89, %80
  %91 = add nuw i64 %49, 4
  %92 = add i64 %51, 4
  %93 = icmp eq i64 %92, %13
  br i1 %93, label %21, label %48
}
; verdict: refuted: rows begin `cols` cells apart
